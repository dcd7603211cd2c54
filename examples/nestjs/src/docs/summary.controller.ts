import { GoogleGenAI } from '@google/genai';
import {
  BadRequestException,
  Body,
  Controller,
  HttpCode,
  Post,
  StandardSchemaValidationPipe,
  UsePipes,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { finalResponse, fromGemini, protectReply } from 'rxjs-gemini';
import { z } from 'zod';

const summarySchema = z.object({ text: z.string().trim().min(1).max(100_000) });

const validation = new StandardSchemaValidationPipe({
  exceptionFactory(issues) {
    const message = issues.map((issue) => `${(issue.path ?? []).join('.') || 'body'}: ${issue.message}`).join('; ');
    return new BadRequestException({ error: { kind: 'invalid_request', message, retryable: false } });
  },
});

@Controller('api/summary')
@UsePipes(validation)
export class SummaryController {
  constructor(private readonly ai: GoogleGenAI) {}

  @Post()
  @HttpCode(200)
  summarize(@Body({ schema: summarySchema }) { text }: z.infer<typeof summarySchema>): Observable<{ summary: string }> {
    return fromGemini(this.ai, { model: 'gemini-2.5-flash', contents: `Summarize:\n${text}` }).pipe(
      protectReply({ timeout: { total: 30_000 }, retry: {} }),
      finalResponse(),
      map((reply) => ({ summary: reply.text })),
    );
  }
}
