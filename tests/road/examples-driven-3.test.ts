import { driveExamples } from "./drive-examples";

driveExamples(3);
