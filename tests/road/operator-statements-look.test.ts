import { needsEachStatementOf } from "./operator-statements";

needsEachStatementOf("verify", "doctor");
