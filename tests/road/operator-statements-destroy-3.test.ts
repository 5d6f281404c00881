import { destroyNeedsEachStatement } from "./operator-statements";

destroyNeedsEachStatement({ part: 3, of: 3 });
