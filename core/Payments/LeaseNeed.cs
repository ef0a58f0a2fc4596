namespace MqttPay.Payments;

/// <summary>What the cloud knows when an edge asks for a lease.</summary>
/// <param name="WantedMinor">By <see cref="LeaseSizing.WantedMinor"/>; for a float, what the edge's terms say.</param>
/// <param name="PaymentMinor">The payment that waits for it: a lease below is of no use. 0: none waits.</param>
/// <param name="RemainingMinor">What the lease to be replaced still holds by the cloud's books; 0 without one.</param>
/// <param name="RunsOut">The spending time of that lease is nearly over.</param>
/// <param name="AvailableMinor">What the payer has outside of all leases: the old one's rest is not in it.</param>
public readonly record struct LeaseNeed(
    long WantedMinor, long PaymentMinor, long RemainingMinor, bool RunsOut, long AvailableMinor);
