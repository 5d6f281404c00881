import { triesStatements } from "./operator-statements";

triesStatements(__filename);
