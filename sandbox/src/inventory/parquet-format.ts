import type * as HyparquetWriter from "hyparquet-writer";
import type { InventoryColumn, InventoryFacts, InventoryKind, InventoryValue } from "./columns";
import type { InventoryFile, InventoryFileFormat } from "./file-format";

/** The `message` of the schema, its root in the files. */
const ROOT = "s3.inventory";

/** What Parquet calls the values of a kind: in the manifest's schema, and in the schema of a file. */
interface ParquetType {
  readonly physical: string;
  readonly annotation?: string;
  readonly element: Omit<HyparquetWriter.SchemaElement, "name">;
}

/**
 * The older (`converted_type`) and the newer (`logical_type`) annotation say the same, as writers do for old readers.
 */
const TYPES: Readonly<Record<InventoryKind, ParquetType>> = {
  text: {
    physical: "binary",
    annotation: "STRING",
    element: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  },
  integer: { physical: "int64", element: { type: "INT64" } },
  flag: { physical: "boolean", element: { type: "BOOLEAN" } },
  time: {
    physical: "int64",
    annotation: "TIMESTAMP(MILLIS,true)",
    element: {
      type: "INT64",
      converted_type: "TIMESTAMP_MILLIS",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
    },
  },
};

/**
 * Parquet: names in snake_case, null for what has no value, the key as it is (only CSV lists encode it). Compressed with
 * Snappy (assumed).
 *
 * The schema's text is that of manifests which AWS delivered and their receivers published: `(STRING)` and
 * `(TIMESTAMP(MILLIS,true))`, where the User Guide's example still has the older `(UTF8)` and `(TIMESTAMP_MILLIS)`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html (types of all columns)
 */
export const parquetFormat: InventoryFileFormat = {
  name: "Parquet",
  extension: ".parquet",
  contentType: "application/octet-stream",
  schema: (columns) =>
    `message ${ROOT} {${columns.map((column) => `  ${field(column)};`).join("")}}`,
  newFile: (columns) => new ParquetFile(columns),
};

function field(column: InventoryColumn): string {
  const { physical, annotation } = TYPES[column.kind];
  const repetition = column.isRequired === true ? "required" : "optional";
  const suffix = annotation === undefined ? "" : ` (${annotation})`;
  return `${repetition} ${physical} ${parquetName(column)}${suffix}`;
}

/** `ETag` is `e_tag`. */
function parquetName({ name }: InventoryColumn): string {
  return name.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
}

class ParquetFile implements InventoryFile {
  private readonly values: readonly (InventoryValue | bigint)[][];
  private count = 0;

  constructor(private readonly columns: readonly InventoryColumn[]) {
    this.values = columns.map(() => []);
  }

  get rowsCount(): number {
    return this.count;
  }

  add(facts: InventoryFacts): void {
    this.columns.forEach((column, index) => {
      const value = column.value(facts);
      // An integer of 64 bits is a bigint to the library.
      this.values[index]?.push(typeof value === "number" ? BigInt(value) : value);
    });
    this.count++;
  }

  finish(): Buffer {
    const { parquetWriteBuffer } = library();
    const columnData = this.columns.map((column, index) => ({
      name: parquetName(column),
      data: this.values[index] ?? [],
    }));
    const schema = [
      { name: ROOT, num_children: this.columns.length },
      ...this.columns.map(schemaElement),
    ];
    return Buffer.from(parquetWriteBuffer({ columnData, schema, createdBy: "Lockstep sandbox" }));
  }
}

function schemaElement(column: InventoryColumn): HyparquetWriter.SchemaElement {
  return {
    name: parquetName(column),
    repetition_type: column.isRequired === true ? "REQUIRED" : "OPTIONAL",
    ...TYPES[column.kind].element,
  };
}

/** Loaded when the first file is written: few sandboxes deliver Parquet, and all would wait for it at their start. */
function library(): typeof HyparquetWriter {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a delivery is synchronous, `import()` is not
  return require("hyparquet-writer") as typeof HyparquetWriter;
}
