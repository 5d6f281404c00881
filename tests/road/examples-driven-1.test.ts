import { driveExamples } from "./drive-examples";

driveExamples(1);
