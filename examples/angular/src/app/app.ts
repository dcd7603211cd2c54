import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { ConversationsService } from './conversations/conversations.service';

@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  templateUrl: './app.html',
  styleUrl: './app.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  readonly #conversations = inject(ConversationsService);
  readonly #router = inject(Router);

  protected async openNew(): Promise<void> {
    this.#conversations.openNew();
    await this.#router.navigateByUrl('/');
  }
}
