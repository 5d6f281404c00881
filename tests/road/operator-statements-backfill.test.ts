import { needsEachStatementOf } from "./operator-statements";

needsEachStatementOf("backfill");
