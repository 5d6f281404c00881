import type { AwsModule } from "../module";
import { accountFunctions } from "./functions";

export const account: AwsModule = { types: [], functions: accountFunctions };
