package dev.millrace.controller;

import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.InstanceTypes.Size;
import java.util.ArrayList;
import java.util.List;

/// Packs copies of inference components into an endpoint's instances: each goes to the first that has room, and
/// a further instance is taken when none has. Instances are a way of accounting; which host runs a copy is
/// decided elsewhere. Used by one thread.
final class InstancePacking {
    private static final double TOLERANCE = 1e-9;

    private final Size size;
    private final int maxInstances;
    private final List<Instance> instances = new ArrayList<>();

    /// @param size of each instance
    /// @param maxInstances that may be taken
    InstancePacking(Size size, int maxInstances) {
        this.size = size;
        this.maxInstances = maxInstances;
    }

    /// What is left of one instance.
    private static final class Instance {
        private long memoryMb;
        private double cores;
        private double accelerators;

        Instance(Size size) {
            memoryMb = size.memoryMb();
            cores = size.cores();
            accelerators = size.gpus();
        }

        boolean take(ComponentSpecification copy) {
            double coresLeft = cores - (copy.cpuCores() == null ? 0 : copy.cpuCores());
            double acceleratorsLeft = accelerators - (copy.accelerators() == null ? 0 : copy.accelerators());
            if (memoryMb < copy.minMemoryMb() || coresLeft < -TOLERANCE || acceleratorsLeft < -TOLERANCE) {
                return false;
            }
            memoryMb -= copy.minMemoryMb();
            cores = coresLeft;
            accelerators = acceleratorsLeft;
            return true;
        }
    }

    /// Packs up to so many copies.
    ///
    /// @return how many found room
    int add(ComponentSpecification copy, int count) {
        int added = 0;
        while (added < count && addOne(copy)) {
            added++;
        }
        return added;
    }

    /// Instances that hold at least one copy.
    int used() {
        return instances.size();
    }

    private boolean addOne(ComponentSpecification copy) {
        for (Instance instance : instances) {
            if (instance.take(copy)) {
                return true;
            }
        }
        if (instances.size() >= maxInstances) {
            return false;
        }
        var fresh = new Instance(size);
        if (!fresh.take(copy)) {
            return false;
        }
        instances.add(fresh);
        return true;
    }
}
