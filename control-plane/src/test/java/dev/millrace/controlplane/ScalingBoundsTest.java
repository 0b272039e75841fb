package dev.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.ProductionVariant.ManagedInstanceScaling;
import dev.millrace.invocation.VariantName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScalingBoundsTest {
    @Test
    void runsBetweenZeroAndTheLargerOfInitialCountAndDefault() {
        assertThat(bounds(1, null, false)).isEqualTo(new ScalingBounds(0, 4));
        assertThat(bounds(9, null, false)).isEqualTo(new ScalingBounds(0, 9));
    }

    @Test
    void keepsTheInitialCountWarmWhenTheOperatorSaysSo() {
        assertThat(bounds(2, null, true)).isEqualTo(new ScalingBounds(2, 4));
    }

    @Test
    void takesTheBoundsOfTheConfig() {
        assertThat(bounds(1, new ManagedInstanceScaling(true, 2, 7), false)).isEqualTo(new ScalingBounds(2, 7));
        assertThat(bounds(1, new ManagedInstanceScaling(true, 0, 1), true)).isEqualTo(new ScalingBounds(0, 1));
        assertThat(bounds(3, new ManagedInstanceScaling(true, null, 2), false)).isEqualTo(new ScalingBounds(0, 2));
        assertThat(bounds(1, new ManagedInstanceScaling(true, 6, null), false)).isEqualTo(new ScalingBounds(6, 6));
        assertThat(bounds(3, new ManagedInstanceScaling(true, null, 2), true)).isEqualTo(new ScalingBounds(2, 2));
    }

    @Test
    void ignoresScalingThatIsDisabled() {
        assertThat(bounds(1, new ManagedInstanceScaling(false, 2, 7), false)).isEqualTo(new ScalingBounds(0, 4));
    }

    @Test
    void cannotBeTheWrongWayRound() {
        assertThatThrownBy(() -> new ScalingBounds(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScalingBounds(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScalingBounds(0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ScalingBounds bounds(
            int initial, @Nullable ManagedInstanceScaling scaling, boolean isInitialCountKeptWarm) {
        ControlPlaneConfig usual = ControlPlaneConfig.DEFAULT;
        return ScalingBounds.of(
                new ProductionVariant(new VariantName("v"), "m", "ml.c5.large", initial, 1, scaling, null, null),
                new ControlPlaneConfig(
                        usual.region(),
                        usual.account(),
                        usual.platformBucket(),
                        usual.defaultMaxInstances(),
                        isInitialCountKeptWarm,
                        usual.maxPerKind(),
                        usual.instanceTypes()));
    }
}
