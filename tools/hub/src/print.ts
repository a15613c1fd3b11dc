/** One JSON object for programs, or text for people. */
export function print(json: boolean, answer: object, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : text);
}
