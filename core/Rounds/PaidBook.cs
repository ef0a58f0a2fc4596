using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>
/// The newest payments made at an edge, which a REVERSE or a REFUND may refer to. What fell out is refunded by the
/// cloud, which forgets nothing.
/// </summary>
public sealed class PaidBook
{
    public const int KeptMax = 65_536;

    private readonly Dictionary<PaymentId, Paid> paid = [];
    private readonly Queue<PaymentId> order = [];

    public Paid? Find(PaymentId id) => paid.GetValueOrDefault(id);

    internal void Add(Paid payment)
    {
        var id = PaymentId.Of(payment.Name);
        paid.Add(id, payment);
        order.Enqueue(id);
        if (order.Count > KeptMax) paid.Remove(order.Dequeue());
    }

    internal void Change(Paid payment)
    {
        Invariant.Holds(payment.RefundedMinor >= 0 && payment.RefundedMinor <= payment.CapturedMinor);
        paid[PaymentId.Of(payment.Name)] = payment;
    }
}
