import { needsEachStatementOf } from "./operator-statements";

needsEachStatementOf("preview");
