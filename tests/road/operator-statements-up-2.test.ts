import { upNeedsEachStatement } from "./operator-statements";

upNeedsEachStatement({ part: 2, of: 4 }, "nothing");
