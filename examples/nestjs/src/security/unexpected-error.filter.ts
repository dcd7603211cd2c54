import { Catch, HttpException, HttpStatus, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Refusal } from './refusal.js';
import { RefusalFilter } from './refusal.filter.js';

/**
 * Answers all other errors by their status alone: the messages of NestJS and Express can quote the address or the body
 * of the request. The log has the error.
 */
@Catch()
export class UnexpectedErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(UnexpectedErrorFilter.name);
  private readonly filter = new RefusalFilter();

  catch(error: unknown, host: ArgumentsHost): void {
    if (!(error instanceof HttpException)) this.logger.error(error);
    this.filter.catch(refusalFor(error), host);
  }
}

function refusalFor(error: unknown): Refusal {
  const httpStatus = error instanceof HttpException ? error.getStatus() : HttpStatus.INTERNAL_SERVER_ERROR;
  if (httpStatus === 404) return new Refusal('There is no such route', { kind: 'not_found' });
  if (httpStatus < 500) return new Refusal('The request cannot be read', { httpStatus });
  return new Refusal('The service failed; try again later', { kind: 'server', httpStatus });
}
