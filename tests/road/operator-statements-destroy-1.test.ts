import { destroyNeedsEachStatement } from "./operator-statements";

destroyNeedsEachStatement({ part: 1, of: 3 });
