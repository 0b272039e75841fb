package dev.millrace.controlplane.scaling;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// One field of a cron expression: `*`, `?`, values, ranges and steps, separated by commas.
///
/// @param names of the values from the smallest on, or empty
record CronField(String name, int min, int max, List<String> names) {
    static final CronField MONTHS = new CronField(
            "month",
            1,
            12,
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"));
    static final CronField DAYS_OF_WEEK =
            new CronField("day-of-week", 1, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));
    static final CronField DAYS_OF_MONTH = new CronField("day-of-month", 1, 31);

    CronField(String name, int min, int max) {
        this(name, min, max, List.of());
    }

    BitSet parse(String text) {
        var values = new BitSet();
        for (String part : text.split(",", -1)) {
            int slash = part.indexOf('/');
            String range = slash < 0 ? part : part.substring(0, slash);
            int step = slash < 0 ? 1 : number(part.substring(slash + 1), 1, max);
            int dash = range.indexOf('-');
            int first;
            int last;
            if (range.equals("*") || range.equals("?")) {
                first = min;
                last = max;
            } else if (dash > 0) {
                first = value(range.substring(0, dash));
                last = value(range.substring(dash + 1));
            } else {
                first = value(range);
                last = slash < 0 ? first : max;
            }
            if (first > last) {
                throw Schedule.invalid("the " + name + " field has a range that runs backwards");
            }
            for (int value = first; value <= last; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    /// A single value, by number or by name.
    int value(String text) {
        int index = names.indexOf(text.toUpperCase(Locale.ROOT));
        return index >= 0 ? index + min : number(text, min, max);
    }

    private int number(String text, int least, int most) {
        if (!text.isEmpty()
                && text.length() <= 4
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(text) >= least
                && Integer.parseInt(text) <= most) {
            return Integer.parseInt(text);
        }
        throw Schedule.invalid("the " + name + " field holds what is no value between " + least + " and " + most);
    }
}
