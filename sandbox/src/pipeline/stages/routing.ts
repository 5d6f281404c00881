import { readFormUpload } from "../form-upload/form-upload";
import { routeOperation } from "../route";
import type { Stage } from "../stage";

/** Which operation of the service. A form upload has its key in a field. */
export const routing: Stage = {
  name: "routing",
  run({ arrival: { request }, findings, service }) {
    const route = routeOperation(service, request);
    findings.route = route;
    if (route.operation.name !== "PostObject") return;
    const upload = readFormUpload(request);
    findings.upload = upload;
    findings.route = { ...route, labels: { ...route.labels, Key: upload.key } };
  },
};
