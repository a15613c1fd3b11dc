/** What is wrong with the data folder, and what to do about it: printed as it is. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
