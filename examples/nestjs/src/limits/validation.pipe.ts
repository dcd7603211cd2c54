import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Refusal } from '../security/refusal.js';

/** Refuses a body that its schema does not allow, by the field and its rule. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    new Refusal(issues.map(({ path = [], message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')),
});
