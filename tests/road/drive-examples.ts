/** The roads of the examples, in parts that are files of their own: one file after another would keep one process busy alone. */

import { drive } from "./drive-road";
import { EXAMPLE_ROADS } from "./roads";

/** In how many files. */
export const PARTS_COUNT = 3;

/** Registers every third road, from the `part`-th on (1 is the first). */
export function driveExamples(part: number): void {
  describe(`examples, from up to destroy (${part} of ${PARTS_COUNT})`, () => {
    for (const [index, [name, road]] of Object.entries(EXAMPLE_ROADS).entries()) {
      if (index % PARTS_COUNT === part - 1) describe(name, () => drive({ example: name, ...road }));
    }
  });
}
