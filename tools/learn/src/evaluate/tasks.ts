import { SET_OF } from './data-sets.ts';
import type { CsvLayout, CsvTable } from './files/csv.ts';
import type { DataFolder } from './files/data-folder.ts';
import type { Task, TaskName } from './sets/data-set.ts';

/**
 * Reads what the tasks need, each file once, and checks all of it before anything is learned.
 * @throws DataError naming the file at fault.
 */
export async function readTasks(folder: DataFolder, names: readonly TaskName[]): Promise<readonly Task[]> {
  const sets = [...new Set(names.map((name) => SET_OF[name]))];
  const tables = new Map<CsvLayout, CsvTable>();
  for (const layout of sets.flatMap(({ files }) => files)) tables.set(layout, await folder.read(layout));
  const fileOf = (layout: CsvLayout): CsvTable => {
    const table = tables.get(layout);
    if (table === undefined) throw new RangeError(`${layout.file} is not among the files of its set`);
    return table;
  };
  return sets.flatMap((set) => set.tasksOf(fileOf)).filter(({ name }) => names.includes(name));
}
