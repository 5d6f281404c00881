/** The loose form of a shape: the same members, each of which is absent where it is not even of the right kind. */

import { z } from "zod";

/** What is left of a value when only its kind is looked at. A map's members are judged by the shape alone. */
type LooseValue<Value> = Value extends string
  ? string
  : Value extends boolean
    ? boolean
    : Value extends number
      ? number
      : string extends keyof Value
        ? unknown
        : Loose<Value>;

/** The members of a value, each of which may be absent. */
export type Loose<Value> = { [Member in keyof Value]?: LooseValue<NonNullable<Value[Member]>> };

/** @returns a shape that takes anything, and lets through what is of the right kind */
export function loosely<Shape extends z.ZodObject>(
  shape: Shape,
): z.ZodType<Loose<z.output<Shape>>> {
  const members = Object.entries(shape.shape).map(
    ([name, member]) => [name, looseMember(member as z.core.$ZodType)] as const,
  );
  // Each member is as its own kind says, which a type made of entries cannot tell.
  return z.object(Object.fromEntries(members)).catch({}) as unknown as z.ZodType<
    Loose<z.output<Shape>>
  >;
}

function looseMember(shape: z.core.$ZodType): z.ZodType {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) {
    return looseMember(shape.unwrap());
  }
  if (shape instanceof z.ZodString || shape instanceof z.ZodEnum) return kind(z.string());
  if (shape instanceof z.ZodBoolean) return kind(z.boolean());
  if (shape instanceof z.ZodNumber) return kind(z.number());
  if (shape instanceof z.ZodRecord) return z.unknown().optional();
  if (shape instanceof z.ZodObject) return loosely(shape).optional();
  throw new Error(`a member of the config has no loose form: ${shape.constructor.name}`);
}

function kind(shape: z.ZodType): z.ZodType {
  return shape.optional().catch(undefined);
}
