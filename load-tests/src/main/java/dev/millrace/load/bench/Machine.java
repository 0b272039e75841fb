package dev.millrace.load.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/// What the numbers were taken on.
final class Machine {
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final double loadAtBegin = system.getSystemLoadAverage();

    /// One line; the load average says what else ran.
    String line() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %.0f GB, %s, Java %s; load average %.2f at the begin, %.2f at the end.",
                LocalDate.now(ZoneOffset.UTC),
                system.getAvailableProcessors(),
                system.getTotalMemorySize() / 1e9,
                system.getName() + " " + system.getVersion(),
                Runtime.version(),
                loadAtBegin,
                system.getSystemLoadAverage());
    }
}
