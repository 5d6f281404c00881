import { upNeedsEachStatement } from "./operator-statements";

upNeedsEachStatement({ part: 4, of: 4 }, "deployed");
