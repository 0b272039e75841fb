package dev.millrace.monitoring;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A metric: two with the same name and other dimensions are two metrics.
///
/// @param namespace such as `AWS/SageMaker`
/// @param dimensions by name; may be empty
public record MetricKey(String namespace, String name, SortedMap<String, String> dimensions) {
    public MetricKey {
        dimensions = Collections.unmodifiableSortedMap(new TreeMap<>(dimensions));
    }

    public static MetricKey of(String namespace, String name, Map<String, String> dimensions) {
        return new MetricKey(namespace, name, new TreeMap<>(dimensions));
    }
}
