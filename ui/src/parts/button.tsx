import { type JSX, splitProps } from 'solid-js';

const LOOKS = {
  primary: 'bg-accent text-accent-ink hover:opacity-90 disabled:opacity-60',
  plain: 'border border-line bg-surface hover:bg-hover disabled:text-faint',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
} as const;

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof LOOKS;
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ['look', 'class']);
  return (
    <button
      type="button"
      class={`tap inline-flex items-center justify-center gap-1.5 rounded-md px-3 font-medium transition-colors ${LOOKS[own.look ?? 'plain']} ${own.class ?? ''}`}
      {...rest}
    />
  );
}
