import { firstUpGoesOnWithout } from "./operator-statements";

firstUpGoesOnWithout();
