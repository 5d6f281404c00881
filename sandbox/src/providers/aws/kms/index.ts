import { defined, type AwsModule } from "../module";
import { alias } from "./alias";
import { keyFunctions } from "./functions";
import { key } from "./key";

export const kms: AwsModule = { types: [defined(key), defined(alias)], functions: keyFunctions };
