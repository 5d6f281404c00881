import { upNeedsEachStatement } from "./operator-statements";

upNeedsEachStatement({ part: 3, of: 4 }, "deployed");
