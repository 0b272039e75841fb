package dev.millrace.load.bench;

import java.util.Locale;

/// A number with its name and unit.
///
/// @param unit such as `ms`, `/s`, `MB` or `s`
public record Figure(String name, double value, String unit) {
    public static Figure millis(String name, double value) {
        return new Figure(name, value, "ms");
    }

    public static Figure perSecond(String name, double value) {
        return new Figure(name, value, "/s");
    }

    public static Figure megabytes(String name, long bytes) {
        return new Figure(name, bytes / 1e6, "MB");
    }

    /// How many cores the load generator kept busy meanwhile.
    public static Figure ownCores(double cores) {
        return new Figure("load generator", cores, "cores");
    }

    String amount() {
        boolean isWhole = value == Math.rint(value);
        int decimals = isWhole || value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3;
        String number = String.format(Locale.ROOT, "%,." + decimals + "f", value);
        return (number + (unit.startsWith("/") ? unit : " " + unit)).strip();
    }

    @Override
    public String toString() {
        return name + " " + amount();
    }
}
