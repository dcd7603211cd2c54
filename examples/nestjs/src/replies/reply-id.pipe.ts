import { Injectable, type PipeTransform } from '@nestjs/common';
import { Refusal } from '../security/refusal.js';
import { replyIdSchema } from './ask.js';

/** The id of a reply, or undefined if it is absent. */
@Injectable()
export class ReplyIdPipe implements PipeTransform<unknown, string | undefined> {
  transform(value: unknown): string | undefined {
    if (value === undefined) return undefined;
    const { data } = replyIdSchema.safeParse(value);
    if (data === undefined) throw new Refusal('The id of a reply is a random UUID (version 4)');
    return data;
  }
}
