import { needsEachStatementOf } from "./operator-statements";

needsEachStatementOf("verify");
needsEachStatementOf("doctor");
