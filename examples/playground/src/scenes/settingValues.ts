import type { Scene, Setting, SettingValues } from './scene.ts';

/** The chosen values of a scene's settings that are not the defaults, as they stand in an address. */
export type ChosenValues = Readonly<Record<string, string>>;

/** The value of a setting: `on` or `off` of a switch, or the value of a choice; the default if it is not a valid one. */
export function valueOf(setting: Setting, chosen: ChosenValues): string {
  const value = chosen[setting.id];
  return value !== undefined && allowedValues(setting).includes(value) ? value : defaultOf(setting);
}

export function defaultOf(setting: Setting): string {
  if (setting.type === 'switch') return setting.isOff ? 'off' : 'on';
  return setting.choices[0]?.value ?? '';
}

export function allowedValues(setting: Setting): readonly string[] {
  return setting.type === 'switch' ? ['on', 'off'] : setting.choices.map(({ value }) => value);
}

/** The settings of a scene as its sentences and its program read them. */
export function settingValues(scene: Scene, chosen: ChosenValues): SettingValues {
  const read = (id: string) => {
    const setting = scene.settings.find((candidate) => candidate.id === id);
    if (!setting) throw new Error(`The scene ${scene.id} has no setting ${id}`);
    return valueOf(setting, chosen);
  };
  return { isOn: (id) => read(id) === 'on', choice: read };
}
