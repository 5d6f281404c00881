import { notImplemented } from "../errors";
import type { Column, TableDefinition, TableFormat } from "../catalog/tables";
import type { TokenReader } from "./token-reader";

const OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde";
const LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
const PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
const TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
const PARQUET_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
const PARQUET_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
const SYMLINK_INPUT = "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat";

const FORMATS: Readonly<Record<string, TableFormat>> = {
  [OPEN_CSV]: "open-csv",
  [LAZY_SIMPLE]: "delimited",
  [PARQUET]: "parquet",
};

const INPUT_FORMATS = [TEXT_INPUT, PARQUET_INPUT, SYMLINK_INPUT];

/** What the clauses have said so far. */
interface Clauses {
  comment?: string;
  partitionKeys: Column[];
  serdeLibrary?: string;
  serdeProperties: Map<string, string>;
  inputFormat?: string;
  outputFormat?: string;
  location?: string;
  properties: Map<string, string>;
}

/**
 * What follows the name in CREATE EXTERNAL TABLE.
 * @throws SyntaxMistake; AwsError NotImplemented for SerDes and formats that the sandbox does not read
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-table.html
 */
export function createTable(reader: TokenReader): TableDefinition {
  const columns = reader.list(() => readColumn(reader));
  const clauses: Clauses = {
    partitionKeys: [],
    serdeProperties: new Map(),
    properties: new Map(),
  };
  while (readClause(reader, clauses)) continue;
  const { comment, partitionKeys, properties, serdeProperties } = clauses;
  if (clauses.location === undefined) throw reader.mistake("'LOCATION'");
  const serdeLibrary = clauses.serdeLibrary ?? LAZY_SIMPLE;
  const format = FORMATS[serdeLibrary];
  if (format === undefined) throw notImplemented(`The SerDe ${serdeLibrary}`);
  const isParquet = format === "parquet";
  const inputFormat = clauses.inputFormat ?? (isParquet ? PARQUET_INPUT : TEXT_INPUT);
  if (!INPUT_FORMATS.includes(inputFormat)) throw notImplemented(`The input format ${inputFormat}`);
  for (const column of [...columns, ...partitionKeys]) requireKnownType(column);
  return {
    columns,
    partitionKeys,
    comment,
    format,
    isSymlink: inputFormat === SYMLINK_INPUT,
    serdeLibrary,
    serdeProperties,
    inputFormat,
    outputFormat: clauses.outputFormat ?? (isParquet ? PARQUET_OUTPUT : TEXT_OUTPUT),
    location: clauses.location.endsWith("/") ? clauses.location : `${clauses.location}/`,
    properties: new Map([["EXTERNAL", "TRUE"], ...properties]),
  };
}

function readClause(reader: TokenReader, clauses: Clauses): boolean {
  if (reader.take("comment")) clauses.comment = reader.string();
  else if (reader.take("partitioned", "by")) {
    clauses.partitionKeys = reader.list(() => readColumn(reader));
  } else if (reader.take("clustered")) throw notImplemented("CLUSTERED BY");
  else if (reader.take("row", "format")) readRowFormat(reader, clauses);
  else if (reader.take("with", "serdeproperties")) {
    clauses.serdeProperties = new Map([...clauses.serdeProperties, ...reader.properties()]);
  } else if (reader.take("stored", "as")) readStoredAs(reader, clauses);
  else if (reader.take("location")) clauses.location = reader.string();
  else if (reader.take("tblproperties")) clauses.properties = reader.properties();
  else return false;
  return true;
}

function readRowFormat(reader: TokenReader, clauses: Clauses): void {
  if (reader.take("serde")) {
    clauses.serdeLibrary = reader.string();
    return;
  }
  reader.expect("delimited");
  clauses.serdeLibrary = LAZY_SIMPLE;
  for (;;) {
    if (reader.take("fields", "terminated", "by")) {
      clauses.serdeProperties.set("field.delim", reader.string());
      if (reader.take("escaped", "by"))
        clauses.serdeProperties.set("escape.delim", reader.string());
    } else if (reader.take("lines", "terminated", "by")) {
      if (reader.string() !== "\n") throw notImplemented("A line that does not end in a line feed");
    } else if (reader.take("null", "defined", "as")) {
      clauses.serdeProperties.set("serialization.null.format", reader.string());
    } else if (reader.take("collection") || reader.take("map")) {
      throw notImplemented("COLLECTION ITEMS and MAP KEYS of a delimited table");
    } else return;
  }
}

function readStoredAs(reader: TokenReader, clauses: Clauses): void {
  if (reader.take("inputformat")) {
    clauses.inputFormat = reader.string();
    reader.expect("outputformat");
    clauses.outputFormat = reader.string();
  } else if (reader.take("parquet")) clauses.serdeLibrary = PARQUET;
  else if (!reader.take("textfile")) {
    throw notImplemented(`STORED AS ${reader.next.text.toUpperCase()} of Athena`);
  }
}

function readColumn(reader: TokenReader): Column {
  const name = reader.name();
  const type = readType(reader);
  return { name, type, comment: reader.take("comment") ? reader.string() : undefined };
}

/** With what is in angle or round brackets, in lower case. */
function readType(reader: TokenReader): string {
  let text = reader.name();
  let depth = 0;
  for (;;) {
    const { text: next, kind } = reader.next;
    if (next === "(" || next === "<") depth++;
    else if (depth === 0) return text;
    if (kind === "end") throw reader.mistake("')'");
    if (next === ")" || next === ">") depth--;
    text += reader.any().text.toLowerCase();
  }
}

const KNOWN_TYPE =
  /^(string|varchar(\(\d+\))?|char(\(\d+\))?|boolean|tinyint|smallint|int|integer|bigint|float|double|date|timestamp|binary|decimal(\(\d+(,\d+)?\))?)$/;

function requireKnownType({ name, type }: Column): void {
  if (!KNOWN_TYPE.test(type)) throw notImplemented(`The type ${type} of the column ${name}`);
}
