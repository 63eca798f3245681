// Words for ears and eyes: the live region, and times in the reader's own zone.
export const say = (words) => {
  const live = document.getElementById("live");
  if (live) live.textContent = words;
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const dated = new Intl.DateTimeFormat(undefined, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false,
});

export const localTime = (moment) =>
  (moment.toDateString() === new Date().toDateString() ? clock : dated).format(moment);

export const localTimes = (root) => {
  for (const time of root?.querySelectorAll("time[data-local]") ?? []) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = localTime(moment);
  }
};
