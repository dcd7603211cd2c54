import { TestBed } from '@angular/core/testing';
import { concat, NEVER, of } from 'rxjs';
import { toReplyState } from 'rxjs-gemini';
import { chunk } from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';
import { RepliesService } from '../backend/replies.service';
import { Watch } from './watch';

describe('Watch', () => {
  it.each([
    ['waiting', NEVER, 'Waiting for the model'],
    ['streaming', concat(of(chunk('Blue light')), NEVER), 'Blue light'],
  ])('shows a reply that is %s, though its resource is resolved', async (status, reply$, text) => {
    const replies = { watch: () => reply$.pipe(toReplyState()) };
    TestBed.configureTestingModule({ providers: [{ provide: RepliesService, useValue: replies }] });
    const fixture = TestBed.createComponent(Watch);
    fixture.componentRef.setInput('id', 'one');
    await fixture.whenStable();
    const page = fixture.nativeElement as HTMLElement;
    expect(page.querySelector('app-reply')?.getAttribute('data-status')).toBe(status);
    expect(page.querySelector('.text')?.textContent.trim()).toBe(text);
    expect(page.querySelector('app-reply button')?.textContent).toBe('Stop it for everybody');
  });
});
