using MqttPay.Payments;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation.Nodes;

/// <summary>
/// A copy of a device's key and counter in other hands. It asks under the names that the original uses too.
/// </summary>
internal sealed class CloneDevice(World world, PayerDevice original, EdgeNode edge, int node, Draws draws)
    : Device(world, original.Key, world.Registry.SecretOf(original.Key.Id), edge, node, draws)
{
    private bool isCopied;

    protected override PaymentRequest? Next()
    {
        if (!World.Fault(Draws, World.Profile.CloneAsks, FaultKind.CloneAsked)) return null;
        if (!isCopied || Draws.Percent(30)) CopyFrom(original);
        (isCopied, Enrolled) = (true, original.Enrolled);
        var sale = Basic(Operation.Sale) with
        {
            AmountMinor = 1 + Draws.Below(20_00), Currency = CloudStore.Currency,
        };

        // Far ahead, to burn the original's counter.
        return Draws.Percent(20) ? sale with { Sequence = sale.Sequence + 200_000 } : sale;
    }
}
