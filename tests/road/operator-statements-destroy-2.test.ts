import { destroyNeedsEachStatement } from "./operator-statements";

destroyNeedsEachStatement({ part: 2, of: 3 });
