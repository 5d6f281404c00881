import type { ListResourcesInput, ListResourcesOutput } from "@aws-sdk/client-cloudcontrol";
import type { Operation } from "../../world/operation";
import { asException } from "./handler-errors";
import { parseModel, refuseUnsupportedMembers } from "./model-input";
import { page } from "./paging";
import { accessNeed, handlerContext } from "./requests";
import { resourceType } from "./types";

/** Answers identifiers with the primary identifier's properties, as types without a wider list do on AWS. */
export const listResources: Operation<ListResourcesInput, ListResourcesOutput> = {
  access: (_input, context) => [accessNeed("ListResources", context)],

  handle(input, context) {
    refuseUnsupportedMembers(input);
    const typeName = input.TypeName ?? "";
    const type = resourceType(typeName, "LIST");
    const filter =
      input.ResourceModel === undefined ? {} : parseModel(input.ResourceModel, "ResourceModel");
    const names = type.schema.definition.primaryIdentifier.map((pointer) =>
      pointer.replace("/properties/", ""),
    );
    try {
      const identifiers = type.handler.list(filter, handlerContext(context));
      const { items, nextToken } = page(identifiers, input.MaxResults, input.NextToken);
      return {
        TypeName: typeName,
        NextToken: nextToken,
        ResourceDescriptions: items.map((identifier) => {
          const parts = identifier.split("|");
          const properties = Object.fromEntries(names.map((name, index) => [name, parts[index]]));
          return { Identifier: identifier, Properties: JSON.stringify(properties) };
        }),
      };
    } catch (error) {
      throw asException(error, typeName);
    }
  },
};
