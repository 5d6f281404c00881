import { needsEachStatementOf } from "./operator-statements";

needsEachStatementOf("preview", { part: 2, of: 2 });
