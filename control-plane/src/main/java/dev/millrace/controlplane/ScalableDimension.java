package dev.millrace.controlplane;

import java.util.Arrays;

/// What Application Auto Scaling counts.
public enum ScalableDimension {
    VARIANT_INSTANCE_COUNT("sagemaker:variant:DesiredInstanceCount", "instance count"),
    COMPONENT_COPY_COUNT("sagemaker:inference-component:DesiredCopyCount", "copy count");

    private final String wireName;
    private final String noun;

    ScalableDimension(String wireName, String noun) {
        this.wireName = wireName;
        this.noun = noun;
    }

    /// @throws IllegalArgumentException for a name that the shapes refuse
    public static ScalableDimension of(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no dimension of this platform: " + wireName));
    }

    public String wireName() {
        return wireName;
    }

    /// What is counted, as activities say it: `Setting desired instance count to 3.`
    public String noun() {
        return noun;
    }
}
