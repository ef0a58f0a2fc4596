namespace MqttPay.Simulation.Study;

/// <summary>A mark and its label in the plot, in tenths of a unit of the drawing.</summary>
internal readonly record struct PlotLabel(string Text, int X, int Y, int Left, int Top, int Width, int Height)
{
    private const int MarkRadius = 60;
    private const int Gap = 30;

    public bool Meets(PlotLabel other) =>
        Left < other.Left + other.Width + Gap && other.Left < Left + Width + Gap
        && Top < other.Top + other.Height && other.Top < Top + Height;

    /// <summary>Does the label lie on that mark?</summary>
    public bool Covers(int x, int y) =>
        x + MarkRadius > Left && x - MarkRadius < Left + Width && y + MarkRadius > Top && y - MarkRadius < Top + Height;

    public bool IsWithin(int left, int top, int right, int bottom) =>
        Left >= left && Top >= top && Left + Width <= right && Top + Height <= bottom;
}
