/**
 * The file that Athena writes a query's answer into: CSV with every value in quotes, a quote in it twice, and nothing at all for a null.
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
 */

/** A row, by the names of the columns. */
export type ResultRow = Readonly<Record<string, string | null>>;

/** Its rows, one after the other. @throws Error for a file that ends within a row, or has a row of another length */
export async function* resultRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ResultRow> {
  let names: readonly string[] | undefined;
  for await (const record of records(chunks)) {
    if (names === undefined) {
      names = record.map((name) => name ?? "");
      continue;
    }
    if (record.length !== names.length) {
      throw new Error(`a row has ${record.length} values in place of ${names.length}`);
    }
    yield Object.fromEntries(names.map((name, index) => [name, record[index] ?? null]));
  }
  if (names === undefined) throw new Error("it is empty");
}

async function* records(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly (string | null)[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let record: (string | null)[] = [];
  let field: string | null = null;
  let state: "start" | "quoted" | "after-quote" | "plain" = "start";
  const endField = (): void => {
    record.push(field);
    field = null;
    state = "start";
  };
  for await (const chunk of chunks) {
    for (const character of decoder.decode(chunk, { stream: true })) {
      if (state === "quoted") {
        if (character === '"') state = "after-quote";
        else field += character;
      } else if (character === '"') {
        if (state === "after-quote") field += '"';
        else field = "";
        state = "quoted";
      } else if (character === ",") endField();
      else if (character === "\n") {
        endField();
        yield record;
        record = [];
      } else {
        field = (field ?? "") + character;
        state = "plain";
      }
    }
  }
  decoder.decode();
  if (state !== "start" || record.length > 0) throw new Error("it ends within a row");
}
