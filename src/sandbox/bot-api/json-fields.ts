/** Reads the fields of JSON objects with the error texts of Telegram's own JSON reader (td: `JsonObject::get_*_field`). */

/** What was wrong, in Telegram's words. The caller says in which object. */
export class FieldError extends Error {
  override name = 'FieldError';
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function requiredString(object: JsonObject, field: string): string {
  const value = present(object, field);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new FieldError(`Field "${field}" must be of type String`);
  return value;
}

/** Empty if absent. */
export function optionalString(object: JsonObject, field: string): string {
  return (object[field] ?? null) === null ? '' : requiredString(object, field);
}

export function requiredInteger(object: JsonObject, field: string): number {
  const value = present(object, field);
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number') throw new FieldError(`Field "${field}" must be of type Number`);
  if (!Number.isSafeInteger(number)) throw new FieldError(`Field "${field}" must be a valid Number`);
  return number;
}

export function optionalFlag(object: JsonObject, field: string): boolean {
  const value = object[field] ?? false;
  if (typeof value !== 'boolean') throw new FieldError(`Field "${field}" must be of type Boolean`);
  return value;
}

function present(object: JsonObject, field: string): unknown {
  if ((object[field] ?? null) === null) throw new FieldError(`Can't find field "${field}"`);
  return object[field];
}
