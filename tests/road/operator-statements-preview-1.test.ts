import { needsEachStatementOf } from "./operator-statements";

needsEachStatementOf("preview", { part: 1, of: 2 });
