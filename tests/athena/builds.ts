/** What Athena's statements are proven on: the engine that Athena is made of, and a parser of its language. */

import { join } from "node:path";
import { javaBuild, pythonBuild } from "../../sandbox/tests/clients/recipes";

/** Trino with tables in memory, and a program that runs what it reads. */
export const TRINO = javaBuild("trino", join(__dirname, "trino"), "Statements");

/** The parser. */
export const SQLGLOT = pythonBuild("sqlglot", join(__dirname, "sqlglot", "requirements.txt"));

/** Both. */
export const ATHENA_BUILDS = [TRINO, SQLGLOT];
