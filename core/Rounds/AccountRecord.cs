using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>
/// What the edge remembers of one account: approvals not yet acknowledged, of the last day, and ever.
/// </summary>
internal sealed class AccountRecord
{
    public Spending Unacknowledged { get; set; }

    public Spending Ever { get; private set; }

    public DayWindow Approvals { get; } = new();

    public void Approve(long elapsedSeconds, long amountMinor)
    {
        Unacknowledged = Unacknowledged.Add(amountMinor);
        Ever = Ever.Add(amountMinor);
        Approvals.Add(elapsedSeconds, amountMinor);
    }
}
