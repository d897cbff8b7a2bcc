// Aviary's mark, as icons/icon.svg has it, in the accent's colour.

export function BrandMark({ size = 32, className }: { readonly size?: number; readonly className?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 512 512" aria-hidden className={className}>
      <rect width="512" height="512" rx="120" className="fill-accent" />
      <g transform="translate(52 52) scale(12.75)">
        <path
          d="M4.5 26.5C11.5 28.3 18.7 27.4 23.3 22.9 26.3 19.9 27.4 15.9 27.3 11.7L30.8 8.9 26.7 8.1C25.5 5.3 23.3 3.8 20.6 3.8 16.7 3.8 13.7 6.8 13.6 10.7 13.6 17.5 10.4 23.2 4.5 26.5Z"
          className="fill-on-accent"
        />
        <circle cx="21.2" cy="9.7" r="1.6" className="fill-accent" />
        <path
          d="M8.8 25.3C14.3 24.2 18.6 20.7 20.1 15.6"
          className="fill-none stroke-accent"
          strokeWidth="1.7"
          strokeLinecap="round"
        />
      </g>
    </svg>
  )
}
