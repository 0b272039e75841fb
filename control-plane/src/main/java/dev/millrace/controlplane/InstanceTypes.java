package dev.millrace.controlplane;

import java.util.HashMap;
import java.util.Map;

/// What each instance type stands for: the size of the worker that runs in its place.
///
/// A type that is not in the table is as large as the default; its name is never refused.
public final class InstanceTypes {
    /// The size of one worker.
    ///
    /// @param gpus above 0 when the type has an accelerator
    public record Size(int cores, int memoryMb, int gpus) {
        public Size {
            if (cores < 1 || memoryMb < 64 || gpus < 0) {
                throw new IllegalArgumentException(cores + "/" + memoryMb + "/" + gpus
                        + " (expected: cores >= 1 / memory in MB >= 64 / gpus >= 0)");
            }
        }

        public boolean hasAccelerator() {
            return gpus > 0;
        }
    }

    private static final Size DEFAULT = new Size(2, 8192, 0);
    private static final Map<String, Size> COMMON = new InstanceTypeTable().sizes();

    private final Map<String, Size> sizes;

    private InstanceTypes(Map<String, Size> sizes) {
        this.sizes = Map.copyOf(sizes);
    }

    public static InstanceTypes common() {
        return new InstanceTypes(COMMON);
    }

    /// The common types and those of a setting, which win: `ml.small.one=1/512/0, ml.big.one=16/65536/1`
    /// (cores,
    /// memory in MB, GPUs).
    ///
    /// @throws IllegalArgumentException when the setting is not of that form
    public static InstanceTypes withExtra(String setting) {
        var all = new HashMap<>(COMMON);
        for (String row : setting.split(",", -1)) {
            if (!row.isBlank()) {
                int equals = row.indexOf('=');
                String[] size = row.substring(equals + 1).strip().split("/", -1);
                if (equals < 1 || size.length != 3) {
                    throw new IllegalArgumentException(row.strip() + " (expected: type=cores/memoryMb/gpus)");
                }
                all.put(
                        row.substring(0, equals).strip(),
                        new Size(Integer.parseInt(size[0]), Integer.parseInt(size[1]), Integer.parseInt(size[2])));
            }
        }
        return new InstanceTypes(all);
    }

    public Size sizeOf(String instanceType) {
        return sizes.getOrDefault(instanceType, DEFAULT);
    }

    /// Every type in the table with its size.
    public Map<String, Size> all() {
        return sizes;
    }

    @Override
    public String toString() {
        return sizes.size() + " types";
    }
}
