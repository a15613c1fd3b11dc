/** Tells a person what is going on. */
export interface Report {
  /** Runs one step; its end is told with how long it took. */
  step<T>(title: string, work: (progress: (detail: string) => void) => Promise<T>): Promise<T>;
  line(text: string): void;
}

export const silentReport: Report = {
  step: (_, work) => work(() => undefined),
  line: () => undefined,
};

/** Lines of text, for terminals and files alike: each step's details while it works, then a mark and its duration. */
export function textReport(write: (text: string) => void): Report {
  return {
    step: async (title, work) => {
      const startedMs = performance.now();
      const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
      try {
        const result = await work((detail) => {
          write(`  ${title}: ${detail}\n`);
        });
        write(`✓ ${title} (${seconds()})\n`);
        return result;
      } catch (error) {
        write(`✗ ${title} (${seconds()})\n`);
        throw error;
      }
    },
    line: (text) => {
      write(`${text}\n`);
    },
  };
}
