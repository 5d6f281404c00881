import { upNeedsEachStatement } from "./operator-statements";

upNeedsEachStatement({ part: 1, of: 4 }, "nothing");
