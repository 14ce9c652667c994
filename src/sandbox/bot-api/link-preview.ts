/** `link_preview_options`: there are no previews here, but messages tell what was asked. */
import { type LinkPreviewOptions } from 'grammy/types';
import { badRequest } from './api-error.ts';
import { FieldError, isObject, optionalFlag, optionalString } from './json-fields.ts';
import { type Parameters } from './parameters.ts';

/** @throws ApiError */
export function readLinkPreview(parameters: Parameters): { link_preview_options?: LinkPreviewOptions } {
  const options = parameters.json('link_preview_options', 'link preview options');
  if (options === undefined) return {};
  if (!isObject(options)) throw badRequest('Object expected as link preview options');
  try {
    const url = optionalString(options, 'url');
    const read: LinkPreviewOptions = {
      ...(optionalFlag(options, 'is_disabled') && { is_disabled: true }),
      ...(url !== '' && { url }),
      ...(optionalFlag(options, 'prefer_small_media') && { prefer_small_media: true }),
      ...(optionalFlag(options, 'prefer_large_media') && { prefer_large_media: true }),
      ...(optionalFlag(options, 'show_above_text') && { show_above_text: true }),
    };
    return Object.keys(read).length > 0 ? { link_preview_options: read } : {};
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw badRequest(error.message);
  }
}
